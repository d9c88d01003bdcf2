import type { BatchStage } from './batch.ts';

/** Ready pipelines over an item of text; whoever starts one picks the models. */
export const batchPresets: readonly {
  readonly id: string;
  readonly label: string;
  readonly about: string;
  readonly stages: readonly (Omit<BatchStage, 'model' | 'template'> & { readonly template: string })[];
}[] = [
  {
    id: 'extract-analyse-summarise',
    label: 'Extract, analyse, summarise',
    about: 'Takes the facts out of a text, looks at what they mean, and says it in a paragraph.',
    stages: [
      {
        name: 'extract',
        template:
          'List the facts that this text states: names, numbers, dates, claims. One a line, nothing else.\n\n{{item}}',
        temperature: 0,
        limit: 10,
      },
      {
        name: 'analyse',
        template:
          'What do these facts mean together? Name causes, consequences and contradictions, in short points.\n\n' +
          '{{stage.extract}}',
        limit: 10,
      },
      {
        name: 'summarise',
        template:
          'Write one paragraph for somebody in a hurry.\n\nThe facts:\n{{stage.extract}}\n\nThe analysis:\n{{stage.analyse}}',
        limit: 2,
      },
    ],
  },
];
