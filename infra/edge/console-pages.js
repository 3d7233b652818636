/**
 * The console's addresses: runs at CloudFront's edge before every answer that is no file of the build. Whatever page is
 * asked for, the one document answers, and the console in it finds the page. Names of packages have dots, so that an
 * address says nothing of being a file: the files are named here. Plain JavaScript for the runtime cloudfront-js-2.0;
 * the local edge runs this very text.
 */
const files = ['/config.json', '/mark.svg', '/robots.txt'];

function handler(event) {
  const request = event.request;
  if (!files.includes(request.uri)) request.uri = '/index.html';
  return request;
}
