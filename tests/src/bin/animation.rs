//! `animation OUT.gif FRAME.png:MILLISECONDS…`: screenshots in a row become one moving picture.
//!
//! All frames share one palette, the most frequent colours of all of them, and each frame after the first holds only what
//! changed: pages are flat and change little, so the result stays small.

use std::borrow::Cow;
use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter};

use gif::{DisposalMethod, Encoder, Frame, Repeat};

/// Colours of the palette. Pages have few; more would only be shades at the edges of letters.
const COLOURS_MAX: usize = 79;

/// Colours nearer than this are one: the square of the distance in red, green and blue.
const APART_MIN: i32 = 60;

/// Stands for a pixel that stays as it was; in the palette before the first colour.
const UNCHANGED: u8 = 0;

type Colour = [u8; 3];

struct Screenshot {
    width: u16,
    height: u16,
    pixels: Vec<Colour>,
    /// How long it is shown, in hundredths of a second.
    shown: u16,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("usage: animation OUT.gif FRAME.png:MILLISECONDS…")?;
    let frames = arguments.map(|frame| Screenshot::read(&frame)).collect::<Result<Vec<_>, _>>()?;
    let first = frames.first().ok_or("an animation has at least one frame")?;
    if frames.iter().any(|frame| (frame.width, frame.height) != (first.width, first.height)) {
        return Err("all frames must have the same size".into());
    }
    let palette = palette(&frames);
    let flat: Vec<u8> = [[0; 3]].iter().chain(&palette).flatten().copied().collect();
    let mut encoder = Encoder::new(BufWriter::new(File::create(out)?), first.width, first.height, &flat)?;
    encoder.set_repeat(Repeat::Infinite)?;
    let mut nearest = HashMap::new();
    let mut before: Option<&Screenshot> = None;
    for frame in &frames {
        let changed = before.map_or(Rectangle::all(frame), |before| Rectangle::changed(before, frame));
        let mut index =
            |colour: &Colour| *nearest.entry(*colour).or_insert_with(|| closest(&palette, colour));
        let buffer: Vec<u8> = changed
            .places(frame)
            .map(|at| match before {
                Some(before) if before.pixels[at] == frame.pixels[at] => UNCHANGED,
                _ => index(&frame.pixels[at]),
            })
            .collect();
        encoder.write_frame(&Frame {
            delay: frame.shown,
            dispose: DisposalMethod::Keep,
            transparent: before.map(|_| UNCHANGED),
            left: changed.left,
            top: changed.top,
            width: changed.width,
            height: changed.height,
            buffer: Cow::Owned(buffer),
            ..Frame::default()
        })?;
        before = Some(frame);
    }
    Ok(())
}

impl Screenshot {
    fn read(argument: &str) -> Result<Self, Box<dyn Error>> {
        let (path, milliseconds) =
            argument.rsplit_once(':').ok_or("write each frame as FRAME.png:MILLISECONDS")?;
        let mut decoder = png::Decoder::new(BufReader::new(File::open(path)?));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info()?;
        let size = reader.output_buffer_size().ok_or("a frame is too large")?;
        let mut bytes = vec![0; size];
        let read = reader.next_frame(&mut bytes)?;
        let channels = read.color_type.samples();
        if channels < 3 {
            return Err("frames are in colour".into());
        }
        let pixels =
            bytes[..read.buffer_size()].chunks_exact(channels).map(|pixel| [pixel[0], pixel[1], pixel[2]]);
        Ok(Screenshot {
            width: u16::try_from(read.width)?,
            height: u16::try_from(read.height)?,
            pixels: pixels.collect(),
            shown: milliseconds.parse::<u16>()? / 10,
        })
    }
}

/// The colours of all frames, the most frequent first, without those that are nearly another one.
fn palette(frames: &[Screenshot]) -> Vec<Colour> {
    let mut counts: HashMap<Colour, usize> = HashMap::new();
    for colour in frames.iter().flat_map(|frame| &frame.pixels) {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut colours: Vec<(Colour, usize)> = counts.into_iter().collect();
    colours.sort_unstable_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let mut palette: Vec<Colour> = Vec::new();
    for (colour, _) in colours {
        if palette.len() < COLOURS_MAX && palette.iter().all(|taken| distance(taken, &colour) >= APART_MIN) {
            palette.push(colour);
        }
    }
    palette
}

fn distance(one: &Colour, other: &Colour) -> i32 {
    one.iter().zip(other).map(|(a, b)| (i32::from(*a) - i32::from(*b)).pow(2)).sum()
}

fn closest(palette: &[Colour], wanted: &Colour) -> u8 {
    let best = (UNCHANGED + 1..=u8::MAX).zip(palette).min_by_key(|(_, colour)| distance(colour, wanted));
    best.map_or(UNCHANGED + 1, |(index, _)| index)
}

struct Rectangle {
    left: u16,
    top: u16,
    width: u16,
    height: u16,
}

impl Rectangle {
    fn all(frame: &Screenshot) -> Self {
        Rectangle { left: 0, top: 0, width: frame.width, height: frame.height }
    }

    /// The smallest rectangle around every pixel that differs; one pixel where none does.
    fn changed(before: &Screenshot, after: &Screenshot) -> Self {
        let width = usize::from(after.width);
        let differs = |at: &usize| before.pixels[*at] != after.pixels[*at];
        let all: Vec<usize> = (0..after.pixels.len()).filter(differs).collect();
        let columns = || all.iter().map(|at| at % width);
        let rows = || all.iter().map(|at| at / width);
        let (left, right) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let (top, bottom) = (rows().min().unwrap_or(0), rows().max().unwrap_or(0));
        let small = |number: usize| u16::try_from(number).expect("the frame's own sides fit");
        Rectangle {
            left: small(left),
            top: small(top),
            width: small(right - left + 1),
            height: small(bottom - top + 1),
        }
    }

    /// Where its pixels are in a frame, row by row.
    fn places(&self, frame: &Screenshot) -> impl Iterator<Item = usize> + use<> {
        let width = usize::from(frame.width);
        let (left, columns) = (usize::from(self.left), usize::from(self.width));
        let rows = usize::from(self.top)..usize::from(self.top) + usize::from(self.height);
        rows.flat_map(move |row| row * width + left..row * width + left + columns)
    }
}
