// Whether what stands on a page can be read on its screen.
import { assert } from './harness.mjs';

// Smallest contrast between text and what is behind it, of all visible text (WCAG 2.2, 1.4.3).
function worstContrast() {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const parse = (color) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = { ratio: 21 };
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
    const [light, dark] = [parse(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: walker.currentNode.data };
  }
  return worst;
}

// The page is no wider than the screen, has contrast enough, and is as dark as the person wants it.
export async function isReadable(page, { colorScheme }) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels too wide`);
  const worst = await page.evaluate(worstContrast);
  assert.ok(worst.ratio >= 4.5, `contrast ${worst.ratio.toFixed(2)} of "${worst.text}"`);
  const [red] = (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).match(/\d+/g).map(Number);
  assert.equal(red < 128, colorScheme === 'dark');
}

// Screens that every page is looked at on.
export const screens = [
  ['a telephone, light', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
  ['a telephone, dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
  ['a desk, dark', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' }],
];
