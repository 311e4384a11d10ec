//! Fields of a protocol-buffers message, read where they lie.
//!
//! A Check carries every header of a request in a map; making a table of owned texts of it costs more than the verdict.
//! So a message is walked once, and what nobody asks for is stepped over. Nothing is copied, nothing recurses: how deep
//! a message may nest is written in the code that reads it.

/// The message does not follow the wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// What a field holds, as far as anybody here asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A text, bytes, or a message in the message.
    Bytes(&'a [u8]),
    /// A number, which nothing here depends on.
    Number,
}

/// The fields of one message, in the order in which they were sent.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) const fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    /// The next field and its number.
    pub(crate) fn next(&mut self) -> Result<Option<(u32, Value<'a>)>, Malformed> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = u32::try_from(self.number()?).map_err(|_| Malformed)?;
        let value = match tag & 7 {
            0 => {
                self.number()?;
                Value::Number
            }
            1 => {
                self.take(8)?;
                Value::Number
            }
            2 => {
                let length = usize::try_from(self.number()?).map_err(|_| Malformed)?;
                Value::Bytes(self.take(length)?)
            }
            5 => {
                self.take(4)?;
                Value::Number
            }
            // Groups have been out of use since before Envoy was written.
            _ => return Err(Malformed),
        };
        match tag >> 3 {
            0 => Err(Malformed),
            field => Ok(Some((field, value))),
        }
    }

    /// The content of the next field that is bytes and has this number.
    pub(crate) fn find(&mut self, wanted: u32) -> Result<Option<&'a [u8]>, Malformed> {
        while let Some((field, value)) = self.next()? {
            if let Value::Bytes(content) = value
                && field == wanted
            {
                return Ok(Some(content));
            }
        }
        Ok(None)
    }

    /// Seven bits a byte, lowest first, at most 64 in all.
    fn number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0u64;
        for (place, byte) in self.0.iter().take(10).enumerate() {
            if place == 9 && 1 < *byte {
                return Err(Malformed);
            }
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                self.0 = &self.0[place + 1..];
                return Ok(number);
            }
        }
        Err(Malformed)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(message: &[u8]) -> Result<Vec<(u32, Value<'_>)>, Malformed> {
        let mut fields = Fields::of(message);
        std::iter::from_fn(|| fields.next().transpose()).collect()
    }

    #[test]
    fn every_kind_of_field_is_read_or_stepped_over() {
        let message = [
            &[0x0a, 2, b'h', b'i'][..],
            &[0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            &[0x19, 1, 2, 3, 4, 5, 6, 7, 8],
            &[0x25, 1, 2, 3, 4],
            &[0xfa, 0x01, 0],
        ]
        .concat();
        assert_eq!(
            all(&message),
            Ok(vec![
                (1, Value::Bytes(b"hi")),
                (2, Value::Number),
                (3, Value::Number),
                (4, Value::Number),
                (31, Value::Bytes(b"")),
            ])
        );
    }

    #[test]
    fn a_message_that_is_cut_off_or_out_of_shape_is_refused() {
        for message in [
            &[0x0a][..],
            &[0x0a, 5, b'h', b'i'],
            &[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
            &[0x10],
            &[0x10, 0x80],
            &[0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
            &[0x19, 1, 2, 3],
            &[0x25, 1, 2, 3],
            // A group, an unknown kind, field number nought, a tag of more than 32 bits.
            &[0x0b, 0x0c],
            &[0x0e],
            &[0x02, 0],
            &[0xfa, 0xff, 0xff, 0xff, 0xff, 0x01, 0],
        ] {
            assert_eq!(all(message), Err(Malformed), "{message:x?}");
        }
    }
}
