/** What a command is told a swarm by: a link, or the file of its manifest. */
import { readEnvelopeFile } from '../../peer/envelope-file.ts'
import type { SignedManifest } from '../../swarm/envelope.ts'
import { parseLink, type SwarmLink } from '../../swarm/link.ts'

const isLink = (text: string): boolean => /^\s*swarmgrad:/i.test(text)

export type Source =
  | { readonly kind: 'link'; readonly link: SwarmLink }
  | { readonly kind: 'file'; readonly path: string; readonly signed: SignedManifest }

/** @throws InvalidInputError for what is neither, or a manifest that cannot be used */
export const readSource = async (text: string): Promise<Source> =>
  isLink(text)
    ? { kind: 'link', link: parseLink(text) }
    : { kind: 'file', path: text, signed: await readEnvelopeFile(text) }
