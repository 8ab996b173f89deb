import { resolve } from 'node:path'
import { peerNameOf } from '../../network/peer-name.ts'
import { loadIdentity } from '../../storage/identity.ts'

/** The peer id that a state folder stands for; its identity is made if need be. */
export const printPeerId = async (state: string): Promise<void> => {
  process.stdout.write(`${await peerNameOf(await loadIdentity(resolve(state)))}\n`)
}
