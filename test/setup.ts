import fc from 'fast-check'

// Properties are tried on the same cases in every run, so that a failure means a change and can be repeated.
fc.configureGlobal({ seed: 2014 })
