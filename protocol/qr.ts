/** QR codes (ISO/IEC 18004) of links: as a drawing in a page, and as characters in a terminal. */
import encodeQR from 'qr';

/** Light modules around the symbol: four of them (ISO/IEC 18004, 6.3.8). */
const QUIET = 4;

/** Rows of modules from the top, true where dark, with the quiet zone around. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET });
}

/** The dark modules as the path of an SVG drawing, in units of a module; `size` of them are a side, with the quiet zone. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const rows = qrModules(text);
  return { size: rows.length, path: rows.map((row, y) => runsOf(row).map(({ x, width }) => `M${x} ${y}h${width}v1h-${width}z`).join('')).join('') };
}

/** One path on a white ground, whatever the page's colours: cameras look for dark on light. `label`: for those who do not see it. */
export function qrSvg(text: string, label: string): string {
  const { size, path } = qrPath(text);
  return `<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>`;
}

function runsOf(row: readonly boolean[]): readonly { readonly x: number; readonly width: number }[] {
  const runs: { x: number; width: number }[] = [];
  for (const [x, dark] of row.entries()) {
    const last = runs.at(-1);
    if (!dark) continue;
    if (last !== undefined && last.x + last.width === x) last.width += 1;
    else runs.push({ x, width: 1 });
  }
  return runs;
}

const halves = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const;

/**
 * Lines for a terminal, two rows of modules in each. What is light is drawn: terminals are dark as a rule, and a code whose
 * colours are changed over is read by few cameras.
 */
export function qrLines(text: string): readonly string[] {
  const rows = qrModules(text);
  return Array.from({ length: Math.ceil(rows.length / 2) }, (_, n) => {
    const [upper, lower] = [rows[2 * n] ?? [], rows[2 * n + 1]];
    return upper.map((dark, x) => {
      const [above, below] = [!dark, lower === undefined ? false : lower[x] !== true];
      return above ? (below ? halves.both : halves.upper) : below ? halves.lower : halves.none;
    }).join('');
  });
}
