/** A real Chromium, from npm: nothing of it has to be installed on the machine. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import packed from '@sparticuz/chromium';
import { chromium, type Browser } from 'playwright-core';
import { root } from '../../infra/bundle.ts';

/** It unpacks itself into the temporary folder and takes what lies there, of whatever version: one of our own is named after the version that is locked. */
const UNPACKED = join(root, 'node_modules', '.cache', 'wavecast-chromium-147.0.0');

/** Its own arguments switch web security off, which is what is to be seen here: these do not. */
const args = ['--no-sandbox', '--disable-gpu', '--headless=shell', '--no-zygote', '--hide-scrollbars', '--lang=en-US'];

export async function startChromium(): Promise<Browser> {
  mkdirSync(UNPACKED, { recursive: true });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = UNPACKED;
  try {
    const executablePath = await packed.executablePath();
    return await chromium.launch({ executablePath, args, headless: true });
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
