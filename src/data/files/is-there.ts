import { stat } from 'node:fs/promises'

/** Whether there is anything by this name. */
export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false
  )
