/** OpenAI's error object, as it stands in a body or inside a stream. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

interface Kind {
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
}

const invalid = (code: string | null, message: string): Kind => ({
  type: 'invalid_request_error',
  code,
  message,
});
const server = (code: string | null, message: string): Kind => ({ type: 'server_error', code, message });

const kinds = new Map<number, Kind>([
  [400, invalid(null, 'The request is not valid.')],
  [401, invalid('invalid_api_key', 'Incorrect API key provided.')],
  [403, invalid('permission_denied', 'This key may not use this model.')],
  [404, invalid('model_not_found', 'The model does not exist.')],
  [408, server('request_timeout', 'The request timed out.')],
  [409, invalid('conflict', 'The request conflicts with another one.')],
  [413, invalid('request_too_large', 'The request is too large.')],
  [422, invalid('unprocessable_entity', 'The request could not be processed.')],
  [429, { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached.' }],
  [500, server(null, 'The server had an error while processing your request.')],
  [502, server('bad_gateway', 'Bad gateway.')],
  [503, server('overloaded', 'The engine is currently overloaded, please try again later.')],
  [504, server('gateway_timeout', 'Gateway timeout.')],
]);

export function errorBody(status: number, message?: string, param: string | null = null): ErrorBody {
  const kind = kinds.get(status) ?? server(null, `Status ${status}.`);
  return { error: { message: message ?? kind.message, type: kind.type, param, code: kind.code } };
}

/** The 429 that no waiting mends. */
export function quotaBody(): ErrorBody {
  const message = 'You exceeded your current quota, please check your plan and billing details.';
  return { error: { message, type: 'insufficient_quota', param: null, code: 'insufficient_quota' } };
}

/** Thrown where a request cannot be served; the server answers it in OpenAI's shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly param: string | null;

  constructor(status: number, message: string, param: string | null = null) {
    super(message);
    this.status = status;
    this.param = param;
  }
}
