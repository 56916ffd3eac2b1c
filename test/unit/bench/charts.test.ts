import { describe, expect, it } from '@jest/globals';
import { barChart } from '../../../bench/chart/bar-chart.ts';
import { lineChart } from '../../../bench/chart/line-chart.ts';
import { linearTicks, shortNumber } from '../../../bench/chart/ticks.ts';

function numbersOf(svg: string, shape: string, attribute: string): number[] {
  const found = [...svg.matchAll(new RegExp(`<${shape} [^>]*?\\b${attribute}="([-0-9.]+)"`, 'g'))];
  return found.map(([, number]) => Number(number));
}

describe('the ticks of an axis', () => {
  it('are round numbers from 0 that reach the most', () => {
    expect(linearTicks(4)).toEqual([0, 1, 2, 3, 4]);
    expect(linearTicks(19)).toEqual([0, 5, 10, 15, 20]);
    expect(linearTicks(0.37)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(linearTicks(1_234_567)).toEqual([0, 500_000, 1_000_000, 1_500_000]);
  });

  it('are there when nothing was measured', () => {
    expect(linearTicks(0)).toEqual([0, 1]);
  });

  it('are written short', () => {
    expect([0, 0.25, 7, 12.3, 1500, 12_000, 1_500_000, 2e7].map(shortNumber)).toEqual([
      '0',
      '0.25',
      '7',
      '12.3',
      '1500',
      '12k',
      '1.5M',
      '20M',
    ]);
  });
});

describe('a bar chart', () => {
  const svg = barChart({
    title: 'Cost <of> "a" & b',
    axis: 'CPU seconds',
    bars: [
      { name: 'one', value: 2, colour: '#111111' },
      { name: 'two', value: 4, colour: '#222222', range: [3, 4] },
    ],
  });

  it('has bars as long as their values', () => {
    const [, one, two] = numbersOf(svg, 'rect', 'width');
    expect(two! / one!).toBeCloseTo(2, 5);
  });

  it('has title, names, values and the axis as text, escaped', () => {
    expect(svg).toContain('Cost &lt;of&gt; &quot;a&quot; &amp; b</text>');
    for (const text of ['one', 'two', '2', '4', 'CPU seconds']) expect(svg).toContain(`>${text}</text>`);
  });

  it('stays within its frame on a light ground', () => {
    const [width] = numbersOf(svg, 'svg', 'width');
    const right = numbersOf(svg, 'rect', 'x').map((x, place) => x + numbersOf(svg, 'rect', 'width')[place + 1]!);
    expect(Math.max(...right)).toBeLessThan(width!);
    expect(svg).toContain('fill="#ffffff"');
  });
});

describe('a line chart', () => {
  const lineOf = (xScale: 'linear' | 'log') =>
    lineChart({
      title: 'Rows',
      xAxis: 'rows',
      yAxis: 'seconds',
      xScale,
      lines: [
        {
          name: 'Landfall',
          colour: '#0b6e4f',
          points: [
            { x: 10, y: 0 },
            { x: 100, y: 5 },
            { x: 1000, y: 10 },
          ],
        },
      ],
    });

  it('places factors at equal steps on a logarithmic axis', () => {
    const [first, second, third] = numbersOf(lineOf('log'), 'circle', 'cx');
    expect(second! - first!).toBeCloseTo(third! - second!, 0);
    const [a, b, c] = numbersOf(lineOf('linear'), 'circle', 'cx');
    expect((c! - b!) / (b! - a!)).toBeCloseTo(10, 0);
  });

  it('has the numbers of its points on a logarithmic axis, and one alone in the middle', () => {
    const texts = [...lineOf('log').matchAll(/text-anchor="middle"[^>]*>([^<]+)</g)].map(([, text]) => text);
    expect(texts).toEqual(['10', '100', '1000']);
    const alone = { name: 'one', colour: '#111111', points: [{ x: 7, y: 1 }] };
    const svg = lineChart({ title: 'One', xAxis: '', yAxis: '', xScale: 'log', lines: [alone] });
    const [width] = numbersOf(svg, 'svg', 'width');
    const [place] = numbersOf(svg, 'circle', 'cx');
    expect(Math.abs(place! - width! / 2)).toBeLessThan(50);
  });

  it('begins at 0 and goes up', () => {
    const [least, middle, most] = numbersOf(lineOf('log'), 'circle', 'cy');
    expect(least! - middle!).toBeCloseTo(middle! - most!, 0);
    expect(most!).toBeLessThan(least!);
  });
});
