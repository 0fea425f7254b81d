//! A counted array in one allocation: the body of every compound value.
//!
//! `Rc<[Value]>` would do but for two things: its pointer is two words, which would make [`Value`] half as large again,
//! and it has no room for a cached hash. This is the one module of the crate with unsafe code.

use std::alloc::{alloc, dealloc, handle_alloc_error, Layout};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use super::Value;

/// Values behind one pointer, with a count, a cached hash, and `E` (a record's shape, a function's domain).
///
/// Not atomic: values never leave the thread that made them; states travel between threads as bytes.
pub struct Block<E> {
    header: NonNull<Header<E>>,
    owns: PhantomData<Header<E>>,
}

#[repr(C)]
struct Header<E> {
    count: Cell<u32>,
    length: u32,
    /// The sum that the value's hash is made of; 0 while unknown.
    hash: Cell<u64>,
    extra: E,
}

impl<E> Block<E> {
    fn layout(length: usize) -> (Layout, usize) {
        let items = Layout::array::<Value>(length).expect("a block is smaller than the address space");
        let (layout, offset) = Layout::new::<Header<E>>().extend(items).expect("a block fits the address space");
        (layout.pad_to_align(), offset)
    }

    /// Moves the values out of `items`.
    #[must_use]
    pub fn from_vec(extra: E, mut items: Vec<Value>) -> Self {
        let length = u32::try_from(items.len()).expect("fewer than 2^32 elements: larger sets meet a limit first");
        let (layout, offset) = Self::layout(items.len());
        // SAFETY: the layout has a non-zero size (the header does); the header and then exactly `length` values are
        // written before anything reads them; the vector gives up its values by `set_len(0)`.
        unsafe {
            let memory = alloc(layout);
            let Some(header) = NonNull::new(memory.cast::<Header<E>>()) else { handle_alloc_error(layout) };
            header.as_ptr().write(Header { count: Cell::new(1), length, hash: Cell::new(0), extra });
            let target = memory.add(offset).cast::<Value>();
            std::ptr::copy_nonoverlapping(items.as_ptr(), target, items.len());
            items.set_len(0);
            Self { header, owns: PhantomData }
        }
    }

    /// Makes each value by its index, without a vector in between.
    ///
    /// # Errors
    /// The first error of `make`.
    #[inline]
    pub fn build<F>(extra: E, length: usize, mut make: impl FnMut(usize) -> Result<Value, F>) -> Result<Self, F> {
        let (layout, offset) = Self::layout(length);
        // SAFETY: the layout has a non-zero size. The header says how many values are initialised at any time, so that
        // dropping the block after an error or a panic drops just those.
        let unfinished = unsafe {
            let memory = alloc(layout);
            let Some(header) = NonNull::new(memory.cast::<Header<E>>()) else { handle_alloc_error(layout) };
            header.as_ptr().write(Header { count: Cell::new(1), length: 0, hash: Cell::new(0), extra });
            Unfinished { header, layout }
        };
        for index in 0..length {
            let value = make(index)?;
            // SAFETY: `index` is below the length that the memory was made for, and nobody else sees the block yet.
            unsafe {
                let header = unfinished.header.as_ptr();
                header.cast::<u8>().add(offset).cast::<Value>().add(index).write(value);
                (*header).length += 1;
            }
        }
        let header = unfinished.header;
        std::mem::forget(unfinished);
        Ok(Self { header, owns: PhantomData })
    }

    /// The same where nothing can fail.
    #[inline]
    pub fn generate(extra: E, length: usize, mut make: impl FnMut(usize) -> Value) -> Self {
        let built: Result<Self, std::convert::Infallible> = Self::build(extra, length, |index| Ok(make(index)));
        match built {
            Ok(block) => block,
            Err(never) => match never {},
        }
    }

    fn header(&self) -> &Header<E> {
        // SAFETY: the allocation lives as long as any block that points to it.
        unsafe { self.header.as_ref() }
    }

    fn items_pointer(&self) -> *mut Value {
        let (_, offset) = Self::layout(0);
        // SAFETY: the values start at `offset` within the same allocation; the offset does not depend on the length.
        unsafe { self.header.as_ptr().cast::<u8>().add(offset).cast::<Value>() }
    }

    #[must_use]
    pub fn extra(&self) -> &E {
        &self.header().extra
    }

    #[must_use]
    pub fn cached_sum(&self) -> Option<u64> {
        let hash = self.header().hash.get();
        (hash != 0).then_some(hash)
    }

    pub fn cache_sum(&self, hash: u64) {
        self.header().hash.set(hash);
    }

    /// The values, if nobody else holds this block. Forgets the hash: the caller is about to change them.
    pub fn unique(&mut self) -> Option<&mut [Value]> {
        if self.header().count.get() != 1 {
            return None;
        }
        self.header().hash.set(0);
        let length = self.header().length as usize;
        // SAFETY: the count is one and `self` is borrowed mutably, so no other reference to the values exists.
        Some(unsafe { std::slice::from_raw_parts_mut(self.items_pointer(), length) })
    }

    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.header == other.header
    }
}

/// A block with fewer values than its memory has room for.
struct Unfinished<E> {
    header: NonNull<Header<E>>,
    layout: Layout,
}

impl<E> Drop for Unfinished<E> {
    fn drop(&mut self) {
        // SAFETY: just `length` values were written, and the memory was allocated with `layout`; it is given back once.
        unsafe {
            let header = self.header.as_ptr();
            let values = header.cast::<u8>().add(Block::<E>::layout(0).1).cast::<Value>();
            std::ptr::drop_in_place(std::ptr::slice_from_raw_parts_mut(values, (*header).length as usize));
            std::ptr::drop_in_place(&raw mut (*header).extra);
            dealloc(header.cast(), self.layout);
        }
    }
}

impl<E> Deref for Block<E> {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        // SAFETY: exactly `length` values were written when the block was made.
        unsafe { std::slice::from_raw_parts(self.items_pointer(), self.header().length as usize) }
    }
}

impl<E> Clone for Block<E> {
    fn clone(&self) -> Self {
        let count = &self.header().count;
        // Four billion references to one value do not fit in memory, but an overflow must not be undefined behaviour.
        count.set(count.get().checked_add(1).expect("fewer than 2^32 references to one value"));
        Self { header: self.header, owns: PhantomData }
    }
}

impl<E> Drop for Block<E> {
    fn drop(&mut self) {
        let count = self.header().count.get();
        if count > 1 {
            self.header().count.set(count - 1);
            return;
        }
        let length = self.header().length as usize;
        // SAFETY: this is the last reference: values and header are dropped once, then the memory is given back with
        // the layout it was allocated with.
        unsafe {
            std::ptr::drop_in_place(std::ptr::slice_from_raw_parts_mut(self.items_pointer(), length));
            std::ptr::drop_in_place(&raw mut (*self.header.as_ptr()).extra);
            dealloc(self.header.as_ptr().cast(), Self::layout(length).0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_until_unique() {
        let mut block = Block::from_vec((), vec![Value::Int(1), Value::Int(2)]);
        let other = block.clone();
        assert!(block.unique().is_none());
        drop(other);
        block.unique().expect("only one holder")[0] = Value::Int(7);
        assert!(matches!(block[0], Value::Int(7)));
    }

    #[test]
    fn drops_what_was_made_before_an_error() {
        let inner = Block::from_vec((), vec![Value::Int(5)]);
        let failed = Block::build((), 3, |index| if index < 2 { Ok(Value::Tuple(inner.clone())) } else { Err(()) });
        assert!(failed.is_err());
        let mut inner = inner;
        assert!(inner.unique().is_some());
    }

    #[test]
    fn drops_what_it_holds_once() {
        let inner = Block::from_vec((), vec![Value::Int(5)]);
        let outer = Block::from_vec(Value::Tuple(inner.clone()), vec![Value::Tuple(inner.clone())]);
        let again = outer.clone();
        drop(outer);
        drop(again);
        let mut inner = inner;
        assert!(inner.unique().is_some());
    }
}
