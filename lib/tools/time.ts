import * as z from 'zod';
import { ownTool, ownToolset } from './own-tool.ts';
import { ToolFault, type ToolSource } from './tool.ts';

/** @param now milliseconds since 1970 */
export function timeTools(now: () => number): ToolSource {
  const title = 'Time';
  const tool = ownTool({
    name: 'current_time',
    title,
    description: 'The date and time now, in a time zone.',
    schema: z.object({
      zone: z
        .string()
        .max(60)
        .optional()
        .describe('IANA name like Europe/Berlin or Asia/Tokyo. Left out: the zone of the server.'),
    }),
    run: ({ zone }) => timeIn(zone, now()),
  });
  return ownToolset({ id: 'time', title, description: 'What time it is, anywhere' }, [tool]);
}

function timeIn(zone: string | undefined, now: number): string {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'full',
      timeStyle: 'long',
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
  } catch (cause) {
    throw new ToolFault(`There is no time zone ${JSON.stringify(zone)}. Use a name like Europe/Berlin.`, {
      cause,
    });
  }
  return `${format.format(now)} (${format.resolvedOptions().timeZone})`;
}
