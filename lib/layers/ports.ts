/** The interfaces that a room shows to the rooms that do not build it. */
export const ports = {
  store: [
    'lib/store/chat-store.ts',
    'lib/store/batch-store.ts',
    'lib/store/file-store.ts',
    'lib/store/message-search.ts',
  ],
  upstream: ['lib/upstream/model.ts', 'lib/upstream/model-request.ts'],
  /** The store keeps them for auth. */
  keys: ['lib/auth/api-keys.ts', 'lib/auth/api-key.ts'],
  log: ['lib/telemetry/log.ts'],
  meter: ['lib/telemetry/meter.ts', 'lib/telemetry/way.ts'],
  tools: ['lib/tools/tool.ts', 'lib/store/tool-store.ts'],
};
