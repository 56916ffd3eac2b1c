import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { reportPage } from '../../../shared/report/page.ts';
import { eventually } from '../../support/eventually.ts';
import { startBrowser } from '../../support/headless-browser.ts';
import { lostTexts, overflowOf, textContrasts } from '../../support/page-audit.ts';
import { AWKWARD_NAMES, attempt, failed, landed, runOf, SCRIPT_NAME, summaryOf } from '../../support/report-night.ts';
import { nightReport } from '../../support/report-night-tables.ts';

const SHOTS = join(import.meta.dirname, '../../../.tmp/report-shots');
const DESKTOP = { width: 1_280, height: 900 };
const PHONE = { width: 390, height: 844 };
const VIEWS = [
  ['desktop', 'light', DESKTOP],
  ['desktop', 'dark', DESKTOP],
  ['phone', 'light', PHONE],
  ['phone', 'dark', PHONE],
] as const;

/** Whatever a database may call a table, in every place that shows a name; and a replay in the next morning. */
function awkwardPage(): string {
  const tables = AWKWARD_NAMES.flatMap((name, index) => [
    landed({
      table: name,
      at: 5 + index * 20,
      seconds: 14,
      rows: 12e3,
      columns: [
        {
          name,
          source_type: 'datetime2(7)',
          landed_type: 'Timestamp<MICROSECOND>',
        },
      ],
      lossyValues: { [name]: 4 },
    }),
    failed(`dbo.${name}`, 30 + index * 9, 'LOCK_TIMEOUT', `${name} is locked by ${name}.`, `See \`${name}\`.`, 2),
  ]);
  const late = { table: 'dbo.Late', at: 8 * 3_600, seconds: 40, rows: 900 };
  const replayed = landed({ ...late, retries: [attempt('dbo.Late', 60, 'DEADLOCK')] });
  const wide = landed({ table: 'dbo.Wide', at: 4, seconds: 200, rows: 1e7, chunks: 64, partsOfChunk: 3 });
  const all = [...tables, wide, replayed];
  return reportPage(nightReport(runOf(all, summaryOf(all))));
}

const night = reportPage(nightReport());
const awkward = awkwardPage();

let browser: Browser;
let page: Page;
let problems: string[];

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await startBrowser();
  page = await browser.newPage();
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => problems.push(request.url()));
  page.on('dialog', (dialog) => {
    problems.push(dialog.message());
    void dialog.dismiss();
  });
});
afterAll(() => browser?.close());
beforeEach(async () => {
  problems = [];
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  await page.setViewportSize(DESKTOP);
});

/** With what can be opened open, so that it is looked at too. */
async function show(html: string): Promise<void> {
  await page.setContent(html);
  await page.$$eval('details', (all) => {
    for (const details of all) details.setAttribute('open', '');
  });
}

describe('the report of a night in Chromium', () => {
  it.each(VIEWS)('is whole and can be read on a %s in a %s scheme', async (device, colorScheme, viewport) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    for (const [name, html] of [
      ['night', night],
      ['awkward', awkward],
    ] as const) {
      await show(html);
      await page.screenshot({ path: join(SHOTS, `${name}-${device}-${colorScheme}.png`), fullPage: true });
      expect(await overflowOf(page)).toBe(0);
      expect(await lostTexts(page)).toEqual([]);
      const contrasts = await textContrasts(page);
      expect(contrasts.length).toBeGreaterThan(200);
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    }
    expect(problems).toEqual([]);
  });

  it('prints black on white, and no wider than a sheet', async () => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.setViewportSize({ width: 704, height: 1_000 });
    await show(night);
    await page.screenshot({ path: join(SHOTS, 'night-print.png'), fullPage: true });
    expect(await overflowOf(page)).toBe(0);
    expect((await textContrasts(page)).filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    const widths = await page.$$eval('.scroll', (all) =>
      all.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
    );
    expect(widths.every((excess) => excess <= 0)).toBe(true);
  });

  it('takes a name for nothing but a name', async () => {
    await show(awkward);
    const names = await page.$$eval('tbody th', (all) => all.map((cell) => cell.textContent));
    expect(names).toContain(SCRIPT_NAME);
    expect(names).toContain(AWKWARD_NAMES[1]);
    expect(names).toContain('dbo.invoice\\u202efdp.exe');
    expect(names).toContain(AWKWARD_NAMES[3]);
    expect(await page.$$eval('script, iframe, img, object, [onmouseover]', (all) => all.length)).toBe(0);
    await page.locator('.label', { hasText: 'onmouseover' }).first().hover();
    expect(problems).toEqual([]);
  });
});

describe('the report, for those who do not see it', () => {
  beforeEach(() => show(night));

  it('has headings in order, one language, and landmarks with names', async () => {
    const levels = await page.$$eval('h1, h2, h3, h4', (all) => all.map(({ tagName }) => Number(tagName.slice(1))));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    expect(levels.slice(1).every((level, index) => level <= levels[index]! + 1)).toBe(true);
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await page.getByRole('main').count()).toBe(1);
    for (const role of ['region', 'navigation', 'img'] as const) {
      const all = await page.getByRole(role).count();
      expect(all).toBeGreaterThan(0);
      expect(await page.getByRole(role, { name: /\S/ }).count()).toBe(all);
    }
  });

  it('has tables that say what their cells are', async () => {
    const tables = await page.$$eval('table', (all) =>
      all.map((table) => ({
        unscoped: table.querySelectorAll('th:not([scope])').length,
        uneven: [...table.rows].filter((row) => row.cells.length !== table.rows[0]!.cells.length).length,
        unnamed: [...table.tBodies[0]!.rows].filter((row) => row.cells[0]!.scope !== 'row').length,
      })),
    );
    expect(tables.length).toBeGreaterThan(6);
    for (const table of tables) expect(table).toEqual({ unscoped: 0, uneven: 0, unnamed: 0 });
  });

  it('has a picture with a name, and the same facts as a table', async () => {
    expect(await page.getByRole('img', { name: 'Timeline' }).count()).toBe(1);
    const region = page.getByRole('region', { name: 'The timeline as a table' });
    expect(await region.locator('tbody tr').count()).toBe(29);
    expect(await region.locator('tbody tr', { hasText: 'dbo.Orders' }).innerText()).toContain(
      '1 × CONNECTION_LOST, 1 × DEADLOCK',
    );
  });

  it('is reached by the keyboard: the content at once, and each table that scrolls', async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.setViewportSize(PHONE);
    const list = page.getByRole('region', { name: 'All tables of the run' });
    await eventually(async () => {
      // Not heard before the page has its new size.
      await list.focus();
      await page.keyboard.press('ArrowRight');
      return (await list.evaluate((region) => region.scrollLeft)) > 0;
    });
  });
});
