/** Has the browser save a file that the API has made: its link answers as an attachment, so the page stays. */
export function save(link: string): void {
  const anchor = Object.assign(document.createElement('a'), { href: link, download: '', rel: 'noreferrer' });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
}
