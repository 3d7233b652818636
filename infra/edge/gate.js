/**
 * The gate of the communication server: runs at CloudFront's edge before every answer, cached or not, and refuses what
 * was closed after its links had been handed out. Plain JavaScript for the runtime cloudfront-js-2.0, taken into the
 * template as it stands; the local edge runs this very text. It guards links that are signed: what it reads of the address
 * nobody can change. The keys are written by adapters/cloudfront/edge-gate.ts.
 *
 * A key value store that cannot be read lets nothing through: CloudFront answers 503 then, and devices come again.
 */
import cf from 'cloudfront';

const gate = cf.kvs();

async function handler(event) {
  const request = event.request;
  const branch = request.querystring.b;
  if (branch && (await gate.exists('branch/' + branch.value))) {
    return {
      statusCode: 503,
      statusDescription: 'Service Unavailable',
      headers: { 'retry-after': { value: '300' }, 'cache-control': { value: 'no-store' } },
    };
  }
  const digest = /^\/packages\/([0-9a-f]{64})\//.exec(request.uri);
  // Asked for what is not there, the origin gives the same answer as for everything else that is not there.
  if (digest && (await gate.exists('package/' + digest[1]))) request.uri = '/nothing-here';
  return request;
}
