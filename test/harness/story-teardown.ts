export { default } from './server-teardown';
