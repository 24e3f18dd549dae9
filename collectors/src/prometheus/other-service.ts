/** What services beyond the limit are called. */
export const otherService = '_other';

/** Tells the id of a series that is read under `otherService` from its ordinary one. */
export const otherMark = 'service beyond the limit';

/** The labels of a series with its service called `otherService`. Flat pairs: name, value, name, value, …. */
export function withOtherService(labels: readonly string[]): string[] {
  return labels.map((text, i) => {
    switch (i % 2 === 1 ? labels[i - 1] : '') {
      case 'destination_service': return otherService;
      case 'destination_service_name': return labels[i] === 'PassthroughCluster' || labels[i] === 'BlackHoleCluster' ? text : otherService;
      default: return text;
    }
  });
}
