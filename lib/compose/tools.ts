import type { Config } from '../config.ts';
import type { Audience } from '../realtime/audience.ts';
import type { ToolSight } from '../realtime/tool-requests.ts';
import type { Log } from '../telemetry/log.ts';
import { calculatorTools } from '../tools/calculator.ts';
import { coffeeShop, type OrdersOf } from '../tools/coffee-shop.ts';
import { McpSource } from '../tools/mcp-source.ts';
import { presets } from '../tools/presets.ts';
import { type SearchMessages, searchTools } from '../tools/search-chats.ts';
import { timeTools } from '../tools/time.ts';
import type { Toolbox } from '../tools/tool.ts';
import { SourcedToolbox } from '../tools/toolbox.ts';
import { unitTools } from '../tools/units.ts';
import { clock, now } from './clocks.ts';
import type { Ground } from './ground.ts';

/** Shorter than a call may take: a server that is down must not hold up an answer for long. */
const CONNECT_MS = 10_000;

/** The tools of this house, and those of the servers that its owner names. */
export function composeTools(
  { store }: Ground,
  { config, log }: { config: Config; log: Log },
  search: SearchMessages,
) {
  const ordersOf: OrdersOf = async (userId, chatId) =>
    (await store.doneCalls(userId, chatId, ['place_order'])).map(({ result, endedAt }) => ({
      result: result ?? '',
      at: endedAt ?? 0,
    }));
  const own = [
    timeTools(now),
    calculatorTools(),
    unitTools(),
    searchTools(search),
    coffeeShop({ ordersOf, now }),
  ];
  const servers = config.mcpServers.map(
    (server) => new McpSource(server, { log, clock, connectMs: CONNECT_MS }),
  );
  const toolbox: Toolbox = new SourcedToolbox([...own, ...servers], presets);
  const toolTerms = { rounds: config.toolRounds, atOnce: config.toolsAtOnce, timeoutMs: config.toolMs };
  return { toolbox, toolTerms };
}

/** What people see of them; they are told when it changes. */
export function showTools(toolbox: Toolbox, audience: Pick<Audience, 'tools'>): ToolSight {
  const sight = () => ({
    type: 'tools' as const,
    toolsets: toolbox.toolsets(),
    presets: [...toolbox.presets],
  });
  toolbox.onChange(() => audience.tools(sight()));
  return {
    get sight() {
      return sight();
    },
    look: () => toolbox.look(),
  };
}
