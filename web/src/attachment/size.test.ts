import { fileSize } from './size';

it.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [1_434, '1.4 kB'],
  [20 * 1024 * 1024, '20 MB'],
  [3 * 1024 ** 4, '3,072 GB'],
])('writes %d as %s', (bytes, text) => {
  expect(fileSize(bytes, 'en')).toBe(text);
});
