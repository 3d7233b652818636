/** The pages behind an invitation's link: no script, nothing from elsewhere. */
import { qrSvg } from './qr.ts';

export interface EnrolmentAddresses {
  /** The page itself, for the camera of a device. */
  readonly page: string;
  readonly profile: string;
}

/** On a device: one sentence, one button. On a computer, which cannot enrol: the same address as a QR code. */
export function enrolmentPage(organisation: string, addresses: EnrolmentAddresses): string {
  const profile = escapeHtml(addresses.profile);
  return page('Enrol this device', organisation, `<main class="computer">
<p>Point the camera of the iPhone or iPad at this code, and open the link that it shows.</p>
${qrSvg(addresses.page, 'QR code of this page’s address')}
<p class="aside">Is this the device itself? <a href="${profile}">Download the profile</a></p>
</main>
<main class="device">
<p>Install the management profile, and your organisation can offer its own apps on this device.</p>
<p><a class="button" href="${profile}">Download the profile</a></p>
<ol>
<li>Allow the download.</li>
<li>Open Settings, then &ldquo;Profile Downloaded&rdquo;.</li>
<li>Tap Install and confirm.</li>
</ol>
</main>`);
}

/** What is wrong, and what its reader can do about it. */
export function refusalPage(organisation: string, message: string, remedy: string): string {
  return page('This device cannot be enrolled', organisation, `<main>
<p>${escapeHtml(message)}</p>
<p>${escapeHtml(remedy)}</p>
</main>`);
}

/** What is touched is taken for the device, all else for a computer; an iPad with a mouse finds the link below the code. */
const style = `
:root { color-scheme: light dark; }
body { font: 17px/1.5 system-ui, sans-serif; max-width: 34em; margin: 12vh auto; padding: 0 1.25em; overflow-wrap: break-word; }
h1 { line-height: 1.2; }
a { color: #0b5fff; }
a.button { display: inline-block; background: #0b5fff; color: #fff; padding: .7em 1.4em; border-radius: .6em; text-decoration: none; }
ol { padding-left: 1.3em; }
.device { display: none; }
.qr { display: block; width: min(18em, 100%); border: 1px solid #ccc; border-radius: .6em; }
.aside { font-size: .9em; }
@media (prefers-color-scheme: dark) { a { color: #7fb0ff; } }
@media (pointer: coarse) { .device { display: block; } .computer { display: none; } }
`;

function page(title: string, heading: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(heading)}</h1>
${body}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
