// Reads the Prometheus text format, version 0.0.4, strictly; throws at the first line that a scraper would refuse.
import assert from 'node:assert/strict';

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const help = new RegExp(`^# HELP (${name}) (.+)$`);
const type = new RegExp(`^# TYPE (${name}) (counter|gauge|histogram|summary)$`);
const sample = new RegExp(`^(${name})(?:\\{(.*)\\})? (\\S+)$`);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/y;

function readLabels(text, line) {
  const labels = new Map();
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const match = label.exec(text);
    assert.ok(match, `malformed labels: ${line}`);
    assert.ok(!labels.has(match[1]), `a label comes twice: ${line}`);
    assert.equal(match[3] === '', label.lastIndex === text.length, `a comma that is missing or too much: ${line}`);
    labels.set(match[1], match[2]);
  }
  return labels;
}

function readNumber(text, line) {
  const value = { '+Inf': Infinity, '-Inf': -Infinity, NaN }[text] ?? Number(text);
  assert.ok(text === 'NaN' || (text !== '' && !Number.isNaN(value)), `no number: ${line}`);
  return value;
}

// The samples of one family: histograms must be cumulative and complete, the others plain.
function checkFamily({ family, kind, samples }) {
  if (!family) return;
  assert.ok(kind, `${family} has no TYPE`);
  assert.equal(kind === 'counter', family.endsWith('_total'), `${family} is a ${kind}`);
  if (kind !== 'histogram') {
    for (const one of samples) {
      assert.equal(one.name, family);
      if (kind === 'counter') assert.ok(one.value >= 0, `${family} is negative`);
    }
    return;
  }
  const series = new Map();
  for (const one of samples) {
    const key = JSON.stringify([...one.labels].filter(([word]) => word !== 'le'));
    series.set(key, [...(series.get(key) ?? []), one]);
  }
  for (const [key, parts] of series) {
    const buckets = parts.filter((one) => one.name === `${family}_bucket`);
    const bounds = buckets.map(({ labels }) => readNumber(labels.get('le'), family));
    for (let i = 1; i < buckets.length; ++i) {
      assert.ok(bounds[i] > bounds[i - 1] && buckets[i].value >= buckets[i - 1].value, `${family} ${key} does not rise`);
    }
    assert.equal(bounds.at(-1), Infinity, `${family} ${key} has no +Inf`);
    assert.equal(parts.filter((one) => one.name === `${family}_sum`).length, 1, `${family} ${key} has no sum`);
    assert.equal(parts.find((one) => one.name === `${family}_count`)?.value, buckets.at(-1).value, `${family} ${key}: count`);
    assert.equal(parts.length, buckets.length + 2);
  }
}

// A function from a name and labels to the sum of the fitting series; undefined when none fits. `.names` are the families.
export function readMetrics(text) {
  assert.ok(text.endsWith('\n'), 'no line end at the end');
  const all = [];
  const seen = new Set();
  const families = new Set();
  let current = {};
  for (const line of text.slice(0, -1).split('\n')) {
    let match;
    if ((match = help.exec(line))) {
      checkFamily(current);
      assert.ok(!families.has(match[1]), `a family comes twice: ${line}`);
      families.add(match[1]);
      current = { family: match[1], samples: [] };
    } else if ((match = type.exec(line))) {
      assert.ok(match[1] === current.family && !current.kind, `a TYPE that does not follow its HELP: ${line}`);
      current.kind = match[2];
    } else {
      match = sample.exec(line);
      assert.ok(match && current.kind, `neither comment nor sample: ${line}`);
      const one = { name: match[1], labels: readLabels(match[2] ?? '', line), value: readNumber(match[3], line) };
      const key = JSON.stringify([one.name, [...one.labels].sort()]);
      assert.ok(!seen.has(key), `a series comes twice: ${line}`);
      seen.add(key);
      all.push(one);
      current.samples.push(one);
    }
  }
  checkFamily(current);
  const value = (wanted, labels = {}) => {
    const fitting = all.filter((one) => one.name === wanted && Object.entries(labels).every(([key, text]) => one.labels.get(key) === text));
    return fitting.length === 0 ? undefined : fitting.reduce((sum, one) => sum + one.value, 0);
  };
  value.names = families;
  value.samples = all;
  return value;
}
