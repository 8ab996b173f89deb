/** Whether a package can be imported from here, without importing it. */
export const isInstalled = (name: string): boolean => {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    // A package that has no entry for this Node counts as missing, too.
    return false
  }
}
