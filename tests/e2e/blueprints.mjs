// Blueprints as a writer gives them and as a page follows them.
import { assert } from './harness.mjs';
import { serveApps } from './apps.mjs';
import { bearer } from './http_client.mjs';

export const statusFields = [
  'id', 'status', 'title', 'description', 'terminal_objectives_count', 'enabling_objectives_count', 'progress', 'error', 'generation_started_at',
];
export const counts = ({ terminal_objectives_count, enabling_objectives_count }) => [terminal_objectives_count, enabling_objectives_count];

// A server, somebody, and a topic of hers.
export async function withTopic(t, store, options) {
  const apps = await serveApps(t, { store, ...options });
  const ada = await apps.caller('ada');
  const topic = await ada.made('/api/topics', { title: 'Continuous integration', description: 'Builds that everybody can trust' });
  return { apps, ada, topic, path: `/api/topics/${topic.id}/blueprints` };
}

const objective = (number) => ({
  number,
  text: `Given a failing build, explain ${number} causes without an error.`,
  level: 'understand',
  verb: 'explain',
  condition: 'Given a failing build',
  performance: `explain ${number} causes`,
  criterion: 'without an error',
});

export const someBlueprint = (terminal, enabling) => ({
  title: 'Integrating continuously',
  description: 'From the first build to one that all trust',
  model: 'held/1',
  terminal_objectives: Array.from({ length: terminal }, (_, i) => ({
    objective: objective(`${i + 1}`),
    enabling_objectives: Array.from({ length: enabling }, (_unused, k) => objective(`${i + 1}.${k + 1}`)),
  })),
});

// What an event says of the counts; undefined if it says nothing.
export const progressOf = ({ progress }) => progress && [progress.counters.terminal_objectives ?? 0, progress.counters.enabling_objectives ?? 0];

// The events of an execution to its end, or until one fits, as a page hears them.
export async function followed({ page, token }, id, { headers = {}, until } = {}) {
  const events = await page.events(`/v1/executions/${id}/events`, { headers: { ...bearer(token), ...headers }, until });
  return events.filter(({ event }) => event !== 'end');
}

// Polls a generation as a page does, to its end; counts and progress must grow and never disagree.
export async function watched(caller, own) {
  const seen = await caller.poll(`${own}/status`, ({ status }) => status !== 'generating');
  let before = [0, 0, 0];
  for (const status of seen) {
    const [terminal, enabling] = counts(status);
    assert.ok(terminal >= before[0] && enabling >= before[1] && status.progress >= before[2], JSON.stringify(seen.map(counts)));
    if (status.status === 'generating') assert.equal(status.progress, Math.min(Math.max(terminal * 10, 5), 90));
    before = [terminal, enabling, status.progress];
  }
  assert.deepEqual([seen.at(-1).status, seen.at(-1).progress], ['completed', 100], JSON.stringify(seen.at(-1)));
  return seen;
}
