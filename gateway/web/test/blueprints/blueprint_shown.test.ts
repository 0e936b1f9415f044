import { beforeEach, expect, test } from 'vitest';
import { aroundVerb, levelCounts } from '../../src/blueprints/bloom';
import type { Objective } from '../../src/blueprints/blueprint';
import { TopicShelf } from '../../src/blueprints/topic_shelf';
import { FakeBrowser } from '../fake_browser';

const objective = (level: string, fields: Partial<Objective> = {}): Objective => ({ number: '1', text: '', level, verb: '', performance: '', ...fields });

test('the verb is found where the performance begins, not where the word stands before', () => {
  const fields = { text: 'Given a list of terms, the learner will list five, without error.', verb: 'list', performance: 'list five' };
  expect(aroundVerb(objective('remember', fields))).toEqual({ before: 'Given a list of terms, the learner will ', verb: 'list', after: ' five, without error.' });
});

test('a sentence without its verb is shown whole', () => {
  for (const fields of [{ verb: 'draw' }, { verb: '' }, { verb: 'draw', performance: 'draw it' }]) {
    expect(aroundVerb(objective('apply', { text: 'The learner will paint.', ...fields }))).toEqual({ before: 'The learner will paint.', verb: '', after: '' });
  }
});

test('levels are counted from the lowest on, unknown ones last, absent ones not at all', () => {
  const steps = [objective('remember'), objective('dream'), objective('apply')];
  expect(levelCounts([{ objective: objective('apply'), enabling_objectives: steps }])).toEqual([['remember', 1], ['apply', 2], ['dream', 1]]);
});

const browser = new FakeBrowser('/blueprints/');
const topics = [{ id: 'b', title: 'B', description: '' }, { id: 'a', title: 'A', description: '' }];

beforeEach(() => {
  browser.answer = ({ path }) => {
    const body = path.includes('/blueprints')
      ? { blueprints: [{ id: path }], next_page_token: '' }
      : path.includes('page_token=x') ? { topics: topics.slice(1), next_page_token: '' }
      : path.includes('?') ? { topics: topics.slice(0, 1), next_page_token: 'x' } : { id: 'c', title: 'C', description: '' };
    return { status: 200, body };
  };
});

test('topics come page by page, and the blueprints of the chosen one', async () => {
  const shelf = new TopicShelf();
  shelf.load();
  await browser.settle();
  expect(shelf.snapshot()).toMatchObject({ topics: topics.slice(0, 1), more: 'x' });
  shelf.loadMore();
  shelf.loadMore(); // a second click adds nothing twice
  await browser.settle();
  expect(shelf.snapshot()).toMatchObject({ topics, more: '' });
  shelf.choose('b');
  shelf.choose('a');
  await browser.settle();
  expect(shelf.snapshot()).toMatchObject({ chosen: topics[1], blueprints: [{ id: '/api/topics/a/blueprints?page_size=50' }] });
});

test('a shared address may name a topic beyond the first page', async () => {
  const shelf = new TopicShelf();
  shelf.choose('c');
  await browser.settle();
  expect(shelf.snapshot().chosen?.title).toBe('C');
});

test('lists that cannot be read are said so, once the token is given they are read', async () => {
  browser.answer = () => ({ status: 401 });
  const shelf = new TopicShelf();
  shelf.load();
  await browser.settle();
  expect(shelf.snapshot().notice).toMatchObject({ wantsToken: true });
  browser.answer = ({ headers }) => (headers['authorization'] === 'Bearer t' ? { status: 200, body: { topics, next_page_token: '' } } : { status: 401 });
  shelf.useToken('t');
  await browser.settle();
  expect(shelf.snapshot()).toMatchObject({ topics, notice: null });
});
