export { incident } from './incident';
export { request } from './request';
