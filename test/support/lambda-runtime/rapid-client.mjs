import { Agent, request } from 'node:http';

/**
 * What the native addon of aws-lambda-ric does, over node:http: the three calls that its index.mjs makes of it.
 * `done` and `error` of the addon block until the answer is posted; here the next `next` waits for that instead, and
 * index.mjs does nothing in between.
 * Plain JavaScript, as a runtime that has to strip types first starts a quarter of a second later.
 * Interface: src/native/rapid-client.cc of the package.
 */

const [HOST, PORT] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const BASE = '/2018-06-01/runtime/invocation';
const JSON_TYPE = { 'content-type': 'application/json' };
/** The addon leaves these out when they are empty; the others are always there. */
const OPTIONAL = ['lambda-runtime-client-context', 'lambda-runtime-cognito-identity', 'lambda-runtime-aws-tenant-id'];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
/** @type {Promise<unknown>} */
let answered = Promise.resolve();

export async function next() {
  await answered;
  const { status, headers, body } = await ask('GET', `${BASE}/next`);
  if (status !== 200) throw new Error(`Failed to get next invocation, error ${status}`);
  /** @param {string} name */
  const text = (name) => String(headers[name] ?? '');
  return {
    bodyJson: body,
    headers: {
      'lambda-runtime-deadline-ms': Number(text('lambda-runtime-deadline-ms')),
      'lambda-runtime-aws-request-id': text('lambda-runtime-aws-request-id'),
      'lambda-runtime-trace-id': text('lambda-runtime-trace-id'),
      'lambda-runtime-invoked-function-arn': text('lambda-runtime-invoked-function-arn'),
      ...Object.fromEntries(OPTIONAL.filter((name) => text(name) !== '').map((name) => [name, text(name)])),
    },
  };
}

/**
 * @param {string} requestId
 * @param {string} body
 */
export function done(requestId, body) {
  answer(`${BASE}/${requestId}/response`, body);
}

/**
 * @param {string} requestId
 * @param {string} body
 * @param {string} xrayCause
 */
export function error(requestId, body, xrayCause) {
  answer(`${BASE}/${requestId}/error`, body, { 'lambda-runtime-function-xray-error-cause': xrayCause });
}

/**
 * An answer that nobody takes is passed over, as by the addon: the next `next` will fail.
 * @param {string} path
 * @param {string} body
 * @param {import('node:http').OutgoingHttpHeaders} headers
 */
function answer(path, body, headers = {}) {
  const all = { ...JSON_TYPE, 'content-length': Buffer.byteLength(body), ...headers };
  answered = ask('POST', path, body, all).catch(() => undefined);
}

/**
 * Without a time limit: an environment waits for its next invocation as long as it lives.
 * @param {string} method
 * @param {string} path
 * @param {string} body
 * @param {import('node:http').OutgoingHttpHeaders} headers
 * @returns {Promise<{ status: number | undefined, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
function ask(method, path, body = '', headers = {}) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: HOST, port: PORT, method, path, headers, agent }, (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status, headers: sent } = response;
        resolve({ status, headers: sent, body: Buffer.concat(chunks).toString() });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
