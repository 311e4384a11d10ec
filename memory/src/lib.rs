//! Holds: large arrays of words that start as nought, on the largest pages the machine gives, and a hint to
//! fetch one ahead of time.
//!
//! At ten million pairs a look-up costs what it waits for memory: large pages spare the walk through page
//! tables, and a hint lets several look-ups wait at once. Neither can be had from safe code, so this is the one
//! crate that has any other; it knows nothing of keys. Words are atomic, so whoever holds an array may share it.

use std::io;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU64;

use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous, munmap};

/// An array of words. Parts that nobody has written to cost no memory.
pub struct Words {
    at: NonNull<AtomicU64>,
    length: usize,
}

impl Words {
    /// So many words, all of them nought. Fails when the machine has no address space left for them.
    ///
    /// # Panics
    /// When `length` is nought or so large that its bytes cannot be counted.
    #[expect(unsafe_code, reason = "the system hands out raw memory")]
    pub fn zeroed(length: usize) -> io::Result<Self> {
        assert!(0 < length, "an array of no words has no place");
        let bytes = length.checked_mul(size_of::<AtomicU64>()).expect("an array fits the address space");
        // SAFETY: no address is asked for, so no memory that anybody else holds is touched.
        let at = unsafe {
            mmap_anonymous(
                std::ptr::null_mut(),
                bytes,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE | MapFlags::NORESERVE,
            )
        }?;
        // Only speed depends on it: a machine without large pages refuses, and that is no failure.
        // SAFETY: exactly the memory that was just mapped, and the advice changes nothing that is in it.
        let _ = unsafe { madvise(at, bytes, Advice::LinuxHugepage) };
        let at = NonNull::new(at.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { at, length })
    }
}

impl Deref for Words {
    type Target = [AtomicU64];

    #[expect(unsafe_code, reason = "a view of the memory that this value owns")]
    fn deref(&self) -> &[AtomicU64] {
        // SAFETY: the mapping holds `length` words, is aligned to a page, began as nought, which is a word, and
        // lives as long as `self`. Words are atomic, so a shared view of them may be written through.
        unsafe { std::slice::from_raw_parts(self.at.as_ptr(), self.length) }
    }
}

impl Drop for Words {
    #[expect(unsafe_code, reason = "gives back what `zeroed` got")]
    fn drop(&mut self) {
        // SAFETY: exactly the mapping of `zeroed`; no view of it outlives `self`.
        let unmapped = unsafe { munmap(self.at.as_ptr().cast(), self.length * size_of::<AtomicU64>()) };
        debug_assert!(unmapped.is_ok(), "a whole mapping of our own can be given back");
    }
}

// SAFETY: the memory belongs to this value alone and holds atomics only.
#[expect(unsafe_code, reason = "a pointer is not sent by itself")]
unsafe impl Send for Words {}
// SAFETY: as above.
#[expect(unsafe_code, reason = "a pointer is not shared by itself")]
unsafe impl Sync for Words {}

/// Asks for the cache line of a word, without waiting for it.
#[inline]
pub fn fetch(word: &AtomicU64) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[expect(unsafe_code, reason = "the hint takes a raw address")]
        // SAFETY: a hint reads nothing and faults on no address; this one is valid anyway.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(word).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        // A relaxed load whose value nobody waits for does nearly the same.
        std::hint::black_box(word.load(std::sync::atomic::Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;

    use super::*;

    #[test]
    fn an_array_begins_as_nought_keeps_what_is_written_and_may_be_shared() {
        for length in [1, 511, 1 << 20] {
            let words = Words::zeroed(length).expect("a little memory");
            assert_eq!(words.len(), length);
            assert!(words.iter().all(|word| word.load(Relaxed) == 0));
            std::thread::scope(|threads| {
                for part in words.chunks(length.div_ceil(4)) {
                    threads.spawn(move || part.iter().for_each(|word| word.store(7, Relaxed)));
                }
            });
            fetch(&words[length - 1]);
            assert_eq!(words.iter().map(|word| word.load(Relaxed)).sum::<u64>(), 7 * length as u64);
        }
    }

    #[test]
    fn more_than_there_is_is_an_error_and_no_crash() {
        assert!(Words::zeroed(1 << 50).is_err());
    }
}
