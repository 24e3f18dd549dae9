import { place, type LayoutTask } from './place.ts';

// A graph of many opened namespaces takes seconds to lay out: the page must answer meanwhile.
self.addEventListener('message', ({ data }: MessageEvent<LayoutTask>) => self.postMessage(place(data)));
