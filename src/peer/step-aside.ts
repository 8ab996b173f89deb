import { constants, getPriority, setPriority } from 'node:os'

const ASIDE = constants.priority.PRIORITY_BELOW_NORMAL

/**
 * Lets links, joins and whoever sits at the machine go before the calling thread. Only Linux gives a thread
 * a priority of its own; elsewhere, the whole process would step aside, and so nothing is done.
 */
export const stepAside = (platform: NodeJS.Platform = process.platform): void => {
  if (platform === 'linux' && getPriority(0) < ASIDE) setPriority(0, ASIDE)
}
