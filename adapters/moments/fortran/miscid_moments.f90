!> The moments adapter of miscid for Fortran hosts: `use miscid_moments` is all a host needs, the module `miscid` included.
!! What each call means is written in miscid/moments.h, what each parameter means in docs/adapters-moments.md. Handles, views,
!! `stat` and `errmsg` are those of the module `miscid`; the adapter's own errors are in miscid_moments_last_error().
module miscid_moments
    use miscid
    use miscid_moments_calls
    use miscid_moments_constants
    implicit none
    public
end module
