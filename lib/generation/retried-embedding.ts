import type { EmbeddingRequest, Embeddings } from '#lib/upstream/model-request.ts';
import { type CallTerms, notOfferedYet, permitted, type Toll } from './permitted-call.ts';
import { type RetriedCallPorts, retried, type Try } from './retried-call.ts';
import { textTokens } from './token-estimate.ts';

export interface RetriedEmbedding extends CallTerms {
  readonly request: EmbeddingRequest;
}

/**
 * Vectors of texts in one upstream call, through the gate as everything else, tried again as answers are.
 * @throws UpstreamFailure, GateRefusal, or the signal's reason
 */
export async function retriedEmbedding(
  { request, ...call }: RetriedEmbedding,
  ports: RetriedCallPorts,
): Promise<Embeddings> {
  const asked = textTokens(request.inputs);
  const attempt = ({ terms, granted }: Try) => {
    const embed = async (toll: Toll) => {
      const model = ports.models.findEmbedding(terms.lane);
      if (model === null) throw notOfferedYet();
      granted();
      const embeddings = await model.embed(request, terms.signal);
      toll.piece();
      toll.used = embeddings.usage?.tokensIn ?? asked;
      return embeddings;
    };
    return permitted(terms, { asked, weight: asked }, embed, ports);
  };
  return retried(call, attempt, { hasBegun: () => false }, ports);
}
