import { mount } from '../frame/mount';
import { LearnerShelf } from './learner_shelf';
import { QuizPage } from './quiz_page';
import { QuizRun } from './quiz_run';
import './quizzes.css';

const run = new QuizRun();
run.resume();
window.addEventListener('hashchange', () => run.openAddress());
window.addEventListener('online', () => run.reconnect());
mount(<QuizPage run={run} shelf={new LearnerShelf()} />);
