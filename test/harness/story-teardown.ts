// biome-ignore lint/style/noDefaultExport: jest asks for it
export { default } from './server-teardown';
