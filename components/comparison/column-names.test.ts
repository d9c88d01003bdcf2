import { expect, it } from 'vitest';
import { columnNames } from './column-names.ts';

const models = [
  { id: 'up/a', label: 'Alpha', upstream: 'up', demo: false },
  { id: 'up/b', label: 'Beta', upstream: 'up', demo: false },
];

it('[C83] answers are named after their models, with a number where one answers more than once', () => {
  const columns = ['up/a', 'up/b', 'up/a', 'gone/c'].map((model) => ({ model }));
  expect(columnNames(columns, models)).toEqual(['Alpha 1', 'Beta', 'Alpha 2', 'gone/c']);
});
