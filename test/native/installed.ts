/** Whether a package can be found; one that is there and does not load is a failure, no excuse. */
export const isInstalled = (name: string): boolean => {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
