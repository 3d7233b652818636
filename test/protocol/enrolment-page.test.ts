import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { enrolmentPage, refusalPage } from '../../protocol/enrolment-page.ts';
import { qrLines, qrModules, qrSvg } from '../../protocol/qr.ts';

const address = 'https://k3j9x0.execute-api.eu-central-1.amazonaws.com/enrol/Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEy';

/** Reads a code as a camera would: from its picture, some pixels for each module. */
function read(modules: readonly (readonly boolean[])[], scale = 4): string {
  const size = modules.length * scale;
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) data.fill(modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true ? 0 : 255, (y * size + x) * 4, (y * size + x) * 4 + 4);
  }
  return decodeQR({ width: size, height: size, data });
}

/** What the path of a drawing covers. */
function drawn(svg: string): readonly (readonly boolean[])[] {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, width] of (/fill="#000" d="([^"]*)"/.exec(svg)?.[1] ?? '').matchAll(/M(\d+) (\d+)h(\d+)/g)) rows[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  return rows;
}

/** What a terminal shows, light on dark. */
function shown(lines: readonly string[]): readonly (readonly boolean[])[] {
  return lines.flatMap((line) => ['█▀', '█▄'].map((light) => Array.from(line, (character) => !light.includes(character))));
}

describe('a QR code', () => {
  it('is read again from its modules, its drawing and its characters', () => {
    fc.assert(fc.property(fc.oneof(fc.constant(address), fc.webUrl({ size: 'medium' }).filter((url) => url.length < 150)), (url) => {
      expect(read(qrModules(url))).toBe(url);
      expect(drawn(qrSvg(url, 'code'))).toEqual(qrModules(url));
      expect(shown(qrLines(url)).slice(0, qrModules(url).length)).toEqual(qrModules(url));
    }), { numRuns: 20 });
  });

  it('fits a terminal of 80 columns and 24 lines nearly whole', () => {
    expect(Math.max(...qrLines(address).map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('has four light modules on each side', () => {
    const modules = qrModules(address);
    const isLight = (row: readonly boolean[] | undefined): boolean => row?.every((dark) => !dark) === true;
    for (const n of [0, 1, 2, 3]) expect([isLight(modules[n]), isLight(modules.at(-1 - n)), isLight(modules.map((row) => row[n] === true))]).toEqual([true, true, true]);
  });
});

describe('the page of an invitation', () => {
  const page = enrolmentPage('Müller & Söhne <"AG">', { page: address, profile: `${address}/profile` });

  it('has the code of its own address, and the button for the device', () => {
    expect(read(drawn(page))).toBe(address);
    expect(page.match(new RegExp(`href="${address}/profile"`, 'g'))).toHaveLength(2);
  });

  it('has no script, loads nothing, and shows what it is given as text', () => {
    for (const html of [page, refusalPage('<b>', 'a < b & "c"', '<script>')]) {
      expect(html).not.toMatch(/<script|<img|<link|src=|url\(|@import|javascript:| on\w+=/i);
    }
    expect(page).toContain('Müller &amp; Söhne &lt;&quot;AG&quot;&gt;');
  });
});
