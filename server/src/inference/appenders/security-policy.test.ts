import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Measured } from '@orrery/collectors/model/edge-traffic';
import { TrafficSum } from '../traffic-sum.ts';
import { securityPolicy } from './security-policy.ts';

const sum = (parts: Partial<TrafficSum>): TrafficSum => Object.assign(new TrafficSum(), { measured: Measured.security | Measured.requests }, parts);

it('gives shares of requests, else of connections, never of both', () => {
  expect(securityPolicy(sum({ requests: 10, requestsSecured: 5, requestsPlaintext: 3, connections: 100, connectionsPlaintext: 100 }))).toEqual({ mutualTls: 0.5, plaintext: 0.3, unknown: 0.2 });
  expect(securityPolicy(sum({ requests: 10, connections: 4, connectionsSecured: 1 }))).toEqual({ mutualTls: 0.25, plaintext: 0, unknown: 0.75 });
});

it('says that nobody could tell, and nothing where there was nothing', () => {
  expect(securityPolicy(sum({ measured: Measured.requests, requests: 7 }))).toEqual({ mutualTls: 0, plaintext: 0, unknown: 1 });
  expect(securityPolicy(sum({}))).toBeNull();
});

it('always adds up to one', () => {
  const count = fc.nat(1_000);
  fc.assert(fc.property(count, count, count, count, count, count, (requests, requestsSecured, requestsPlaintext, connections, connectionsSecured, connectionsPlaintext) => {
    const policy = securityPolicy(sum({ requests, requestsSecured, requestsPlaintext, connections, connectionsSecured, connectionsPlaintext }));
    if (policy) expect(policy.mutualTls + policy.plaintext + policy.unknown).toBeCloseTo(1);
    else expect(requests + connections + requestsSecured + requestsPlaintext + connectionsSecured + connectionsPlaintext).toBe(0);
  }));
});
