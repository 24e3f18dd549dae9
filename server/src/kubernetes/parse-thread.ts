import { parentPort, workerData } from 'node:worker_threads';
import { parseManifests } from '../validation/parse/parse-manifests.ts';
import { apart, type ParseTask } from './parse-apart.ts';

/** The thread of `parseApart`. */
const { file, text, options } = workerData as ParseTask;
parentPort?.postMessage(apart(parseManifests(file, text, options)));
