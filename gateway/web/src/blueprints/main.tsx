import { mount } from '../frame/mount';
import { BlueprintPage } from './blueprint_page';
import { BlueprintRun } from './blueprint_run';
import { readPlace } from './place';
import { TopicShelf } from './topic_shelf';
import './blueprints.css';

const run = new BlueprintRun();
const shelf = new TopicShelf();
run.resume();
shelf.load();
window.addEventListener('hashchange', () => run.open(readPlace()));
window.addEventListener('online', () => run.reconnect());
mount(<BlueprintPage run={run} shelf={shelf} />);
