import * as z from 'zod';
import { exactly } from './figures.ts';
import { ownTool, ownToolset } from './own-tool.ts';
import { ToolFault, type ToolSource } from './tool.ts';
import { type Unit, unitList, unitNamed } from './unit-table.ts';

const title = 'Units';
const unit = z.string().min(1).max(40);

export function unitTools(): ToolSource {
  const tool = ownTool({
    name: 'convert_units',
    title,
    description:
      'Converts a quantity between units of length, mass, volume (US), area, time, speed, temperature, data, energy or pressure.',
    schema: z.object({
      value: z.number(),
      from: unit.describe('For example mi'),
      to: unit.describe('For example km'),
    }),
    run({ value, from, to }) {
      const [source, target] = [known(from), known(to)];
      if (source.kind !== target.kind) {
        throw new ToolFault(
          `${source.name} is a ${source.kind}, ${target.name} a ${target.kind}: they do not convert.`,
        );
      }
      return `${exactly(value)} ${source.name} = ${exactly(convert(value, source, target))} ${target.name}`;
    },
  });
  return ownToolset({ id: 'units', title, description: 'Miles to kilometres, and the like' }, [tool]);
}

/** Both of one kind. */
export function convert(value: number, from: Unit, to: Unit): number {
  return (value * from.factor + from.offset - to.offset) / to.factor;
}

function known(name: string): Unit {
  const found = unitNamed(name);
  if (found !== null) return found;
  throw new ToolFault(`There is no unit ${JSON.stringify(name)}. Known: ${unitList()}.`);
}
