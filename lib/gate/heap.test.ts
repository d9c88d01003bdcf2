import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap } from './heap.ts';

interface Item {
  key: number;
  slot: number;
}

const commands = fc.array(
  fc.record({ what: fc.constantFrom('push', 'delete', 'update'), which: fc.nat(), key: fc.nat(50) }),
  { maxLength: 200 },
);

it('[A9] the heap gives the least item after any pushes, departures and changes', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const heap = new Heap<'slot', Item>('slot', (a, b) => a.key < b.key);
      const model: Item[] = [];
      for (const { what, which, key } of steps) {
        const item = model[which % Math.max(1, model.length)];
        if (what === 'push') {
          model.push({ key, slot: -1 });
          heap.push(model.at(-1) ?? { key, slot: -1 });
        } else if (item && what === 'delete') {
          heap.delete(item);
          heap.delete(item);
          model.splice(model.indexOf(item), 1);
        } else if (item) {
          item.key = key;
          heap.update(item);
        }
        expect(heap.size).toBe(model.length);
        expect(heap.first?.key).toBe(
          model.length > 0 ? Math.min(...model.map((each) => each.key)) : undefined,
        );
      }
    }),
  );
});
