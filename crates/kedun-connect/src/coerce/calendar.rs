//! Days and years of the Gregorian calendar.

/// Microseconds of a day.
pub const DAY: i64 = 86_400_000_000;

/// Days from 1970-01-01 to a day of the years 1800 to 2999; none if there is no such day.
pub fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1800..=2999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    if day == 0 || day > month_length(year, month) {
        return None;
    }
    // The year is taken to begin in March, so that the leap day is its last.
    let early = month <= 2;
    let year = if early { year - 1 } else { year };
    let month = i32::try_from(if early { month + 9 } else { month - 3 }).ok()?;
    let day_of_year = (153 * month + 2) / 5 + i32::try_from(day).ok()? - 1;
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leaps + day_of_year - 719_468)
}

/// Year, month and day of a number of days from 1970-01-01.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year_of_era + next, month, day)
}

/// The days of a month.
pub fn month_length(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// ISO 8601 text of microseconds of the wall clock; the time is left out at midnight.
pub fn iso(micros: i64) -> String {
    let (year, month, day) = civil(micros.div_euclid(DAY));
    let seconds = micros.rem_euclid(DAY) / 1_000_000;
    if seconds == 0 {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        let mut expected = days(1800, 1, 1).unwrap();
        for year in 1800..2200 {
            for month in 1..=12 {
                for day in 1..=month_length(year, month) {
                    let found = days(year, month, day).unwrap();
                    assert_eq!(found, expected);
                    assert_eq!(civil(i64::from(found)), (i64::from(year), i64::from(month), i64::from(day)));
                    expected += 1;
                }
            }
        }
        assert_eq!(days(1970, 1, 1), Some(0));
        assert_eq!(days(2026, 11, 23), Some(20_780));
        assert_eq!(days(2023, 2, 29), None);
    }
}
