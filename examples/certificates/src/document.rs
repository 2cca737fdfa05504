//! A certificate as a file: a page of PDF, or a picture of its QR code.
use std::fmt::Write as _;

use qrcode::{Color, QrCode};

use crate::{registry::Certificate, renderer::RenderError};

/// The file format of a download.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    Pdf,
    Png,
}

impl Format {
    pub(crate) fn of(file: &str) -> Option<Self> {
        match file {
            "certificate.pdf" => Some(Self::Pdf),
            "certificate.png" => Some(Self::Png),
            _ => None,
        }
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
        }
    }
}

pub(crate) fn render(certificate: &Certificate, format: Format) -> Result<Vec<u8>, RenderError> {
    let code = QrCode::new(format!("/certificates/{}", certificate.code))
        .map_err(|_| RenderError::TooLong)?;
    let squares = Squares {
        width: code.width(),
        colors: code.to_colors(),
    };
    match format {
        Format::Pdf => Ok(pdf(certificate, &squares)),
        Format::Png => squares.png(),
    }
}

struct Squares {
    width: usize,
    colors: Vec<Color>,
}

impl Squares {
    fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width
            && y < self.width
            && self.colors.get(y * self.width + x) == Some(&Color::Dark)
    }

    /// A square is eight pixels wide, which is one byte at one bit a pixel. Readers of QR codes
    /// need the margin.
    fn png(&self) -> Result<Vec<u8>, RenderError> {
        const MARGIN: usize = 4;
        let squares = self.width + 2 * MARGIN;
        let side = u32::try_from(squares * 8).map_err(|_| RenderError::TooLong)?;
        let mut pixels = Vec::with_capacity(squares * squares * 8);
        for y in 0..squares {
            let row: Vec<u8> = (0..squares)
                .map(|x| {
                    if self.is_dark(x.wrapping_sub(MARGIN), y.wrapping_sub(MARGIN)) {
                        0
                    } else {
                        0xff
                    }
                })
                .collect();
            pixels.extend(row.repeat(8));
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&pixels))
            .map_err(|_| RenderError::TooLong)?;
        Ok(file)
    }
}

/// One page in Helvetica, which every PDF reader has.
fn pdf(certificate: &Certificate, squares: &Squares) -> Vec<u8> {
    let Certificate {
        code,
        holder,
        course,
        number,
    } = certificate;
    let mut page = String::new();
    for (size, y, line) in [
        (28, 700, "Certificate"),
        (20, 640, holder),
        (14, 600, &format!("{course}, no. {number}")),
        (10, 570, code),
    ] {
        _ = writeln!(page, "BT /F1 {size} Tf 72 {y} Td ({}) Tj ET", escaped(line));
    }
    for (x, y) in (0..squares.width)
        .flat_map(|y| (0..squares.width).map(move |x| (x, y)))
        .filter(|&(x, y)| squares.is_dark(x, y))
    {
        _ = writeln!(page, "{} {} 4 4 re f", 72 + 4 * x, 530 - 4 * y);
    }
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        _ = writeln!(table, "{:010} 00000 n ", file.len());
        _ = writeln!(file, "{} 0 obj\n{object}\nendobj", index + 1);
    }
    let (count, start) = (objects.len() + 1, file.len());
    _ = write!(
        file,
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

/// Writes every character as an octal escape; the font has Latin-1 characters only, others become
/// `?`.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut octal, character| {
        _ = write!(
            octal,
            "\\{:03o}",
            u8::try_from(u32::from(character)).unwrap_or(b'?')
        );
        octal
    })
}
