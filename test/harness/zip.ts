import { crc32 } from 'node:zlib';

/** A file of a ZIP, and what its directory says where that is not the truth. */
export interface ZipFile {
  name: string;
  data: Buffer;
  /** Deflated bytes of which `data` is not the source; absent: `data` is stored as it is. */
  packed?: Buffer;
  /** Uncompressed size that is stated. */
  declared?: number;
  /** Compressed size that is stated. */
  packedSize?: number;
  /** General purpose flags: 1 = encrypted. UTF-8 names are always flagged. */
  flags?: number;
  /** Where its local header is said to be. */
  at?: number;
}

/** Writes a ZIP by hand, honest or not. */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const content = file.packed ?? file.data;
    const name = Buffer.from(file.name, 'utf8');
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE((file.flags ?? 0) | 0x800, 2);
    shared.writeUInt16LE(file.packed ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(file.data), 10);
    shared.writeUInt32LE(file.packedSize ?? content.length, 14);
    shared.writeUInt32LE(file.declared ?? file.data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), shared, name, content]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(file.at ?? offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), shared, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}
