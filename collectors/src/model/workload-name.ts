/**
 * Names that Kubernetes controllers make end in text of this alphabet (vowels and look-alikes left out), so
 * a made suffix can be told from a given name nearly always.
 * Source: k8s.io/apimachinery `util/rand`, `SafeEncodeString` and `String`.
 */
const made = '[bcdfghjklmnpqrstvwxz2456789]';
const replicaSetName = new RegExp(`^(.+)-${made}{6,10}$`);
const deploymentPodName = new RegExp(`^(.+)-${made}{6,10}-${made}{5}$`);
const cronJobRunName = /^(.+)-\d{8,10}$/;

/** The Deployment that made a ReplicaSet: its name without the pod-template hash. */
export function deploymentOfReplicaSet(name: string): string {
  return replicaSetName.exec(name)?.[1] ?? name;
}

/** The Deployment that made a Pod, `''` where the name does not show one. */
export function deploymentOfPod(name: string): string {
  return deploymentPodName.exec(name)?.[1] ?? '';
}

/** The CronJob that made a Job (the suffix is the scheduled minute since 1970), else the Job itself. */
export function workloadOfJob(name: string): string {
  return cronJobRunName.exec(name)?.[1] ?? name;
}

const generatedPodName = new RegExp(`^(.+)-${made}{5}$`);
const statefulPodName = /^(.+)-\d{1,5}$/;

/**
 * What made a Pod, by its name alone: a Deployment (`<name>-<template hash>-<5 made>`), a DaemonSet, ReplicaSet or Job
 * (`<name>-<5 made>`), a StatefulSet (`<name>-<ordinal>`); else the Pod itself.
 */
export function workloadOfPod(name: string): string {
  return deploymentOfPod(name) || (generatedPodName.exec(name) ?? statefulPodName.exec(name))?.[1] || name;
}
