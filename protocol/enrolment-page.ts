/** The pages behind an invitation's link: no script, nothing from elsewhere. */

/** One sentence, one button. */
export function enrolmentPage(organisation: string, profileUrl: string): string {
  return page('Enrol this device', organisation, `<p>Install the management profile, and your organisation can offer its own apps on this device.</p>
<p><a class="button" href="${escapeHtml(profileUrl)}">Download the profile</a></p>
<ol>
<li>Allow the download.</li>
<li>Open Settings, then &ldquo;Profile Downloaded&rdquo;.</li>
<li>Tap Install and confirm.</li>
</ol>`);
}

/** What is wrong, and what its reader can do about it. */
export function refusalPage(organisation: string, message: string, remedy: string): string {
  return page('This device cannot be enrolled', organisation, `<p>${escapeHtml(message)}</p>
<p>${escapeHtml(remedy)}</p>`);
}

function page(title: string, heading: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
body { font: 17px/1.5 system-ui, sans-serif; max-width: 34em; margin: 12vh auto; padding: 0 1.25em; overflow-wrap: break-word; }
a.button { display: inline-block; background: #0b5fff; color: #fff; padding: .7em 1.4em; border-radius: .6em; text-decoration: none; }
ol { padding-left: 1.3em; }
</style>
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
