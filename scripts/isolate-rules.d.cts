/** Checks workflows/ and domain/ beside `configFile`; files are relative to its folder. */
export function checkProject(configFile: string): {
  files: number;
  found: { file: string; line: number; message: string }[];
};
