/** Peers by document, for what `join` has no words for. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyEnvelope } from '../../../src/network/door/verify-envelope.ts'
import { toBase64url } from '../../../src/swarm/base64url.ts'
import type { Member } from './member.ts'

type Fields = Readonly<Record<string, unknown>>

/** The manifest and its signature as a peer's document has them. `file`: what `swarm create` has written. */
export const signedFields = async (file: string): Promise<Fields> => {
  const { signed, problems } = await verifyEnvelope(await readFile(file), null)
  if (signed === null) throw new Error(JSON.stringify(problems))
  return { manifest: signed.manifest, signature: toBase64url(signed.signature) }
}

/** Writes the member's document; `member.start('peer', '--config', file)` runs it. */
export const configure = async (member: Member, fields: Fields): Promise<string> => {
  const file = join(member.folder, 'peer.json')
  const document = { listen: ['/ip4/0.0.0.0/tcp/4001'], backend: 'wasm', http: null, ...fields }
  await writeFile(file, JSON.stringify(document))
  return file
}
