import { describe, expect, it } from 'vitest';
import { Layouter, type LayoutWorker } from './layouter.ts';
import { place, type LayoutTask } from './place.ts';

const task = (...ids: readonly string[]): LayoutTask => ({
  nodes: ids.map((id) => ({ id, box: null, name: id })), edges: [], sizes: { cardWidth: 100, narrowestCard: 100, cardHeight: 36, rowPitch: 48 }, kept: null,
});

/** A worker that answers when it is told to. */
class FakeWorker implements LayoutWorker {
  readonly tasks: LayoutTask[] = [];
  onmessage: LayoutWorker['onmessage'] = null;
  onerror: LayoutWorker['onerror'] = null;
  terminated = false;
  postMessage(posted: LayoutTask): void {
    this.tasks.push(posted);
  }
  terminate(): void {
    this.terminated = true;
  }
  answer(): void {
    this.onmessage?.({ data: place(this.tasks.at(-1)!) });
  }
}

describe('Layouter', () => {
  const started: FakeWorker[] = [];
  const layouter = (): Layouter => {
    started.length = 0;
    return new Layouter(() => {
      started.push(new FakeWorker());
      return started.at(-1)!;
    });
  };

  it('gives each layout to whoever asked', () => {
    const one = layouter();
    const placed: string[][] = [];
    const asked = (...ids: readonly string[]): void => one.ask(task(...ids), ({ picture }) => placed.push([...picture.positions.keys()]));
    asked('a', 'b');
    started[0]!.answer();
    asked('c');
    started[0]!.answer();
    expect([placed, started.length]).toEqual([[['a', 'b'], ['c']], 1]);
  });

  it('of what is asked meanwhile makes the last one only', () => {
    const one = layouter();
    const done: string[] = [];
    for (const id of ['a', 'b', 'c']) one.ask(task(id), () => done.push(id));
    expect(started[0]!.tasks.length).toBe(1);
    started[0]!.answer();
    expect(done).toEqual([]);
    started[0]!.answer();
    expect([done, started[0]!.tasks.map(({ nodes }) => nodes[0]!.id)]).toEqual([['c'], ['a', 'c']]);
  });

  it('lays out by itself where a worker fails, and gives the next graph to a new one', () => {
    const one = layouter();
    const placed: string[][] = [];
    for (const id of ['a', 'b']) {
      one.ask(task(id), ({ picture }) => placed.push([...picture.positions.keys()]));
      started.at(-1)!.onerror!();
    }
    expect([placed, started.map(({ terminated }) => terminated)]).toEqual([[['a'], ['b']], [true, true]]);
  });

  it('ends its worker and what was asked', () => {
    const one = layouter();
    one.ask(task('a'), () => expect.unreachable());
    one.close();
    expect(started[0]!.terminated).toBe(true);
  });
});
