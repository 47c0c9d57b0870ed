//! Which of a store's managers is next.

use super::ids::EmployeeId;

/// The manager that was chosen before, unless inactive since.
#[must_use]
pub fn kept(chosen: Option<EmployeeId>, inactive: &[EmployeeId]) -> Option<EmployeeId> {
    chosen.filter(|manager| !inactive.contains(manager))
}

/// Whose turn it is among the selected ones. One who became inactive is passed over, unless all are. `turn` counts up.
#[must_use]
pub fn next(selected: &[EmployeeId], inactive: &[EmployeeId], turn: i64) -> Option<EmployeeId> {
    let active: Vec<_> = selected.iter().copied().filter(|manager| !inactive.contains(manager)).collect();
    let selected = if active.is_empty() { selected } else { &active };
    let index = usize::try_from(turn).ok()?.checked_rem(selected.len())?;
    selected.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: EmployeeId = EmployeeId::new(1);
    const BO: EmployeeId = EmployeeId::new(2);
    const CY: EmployeeId = EmployeeId::new(3);

    #[test]
    fn managers_take_turns_and_who_is_inactive_is_passed_over() {
        let of = |inactive: &[EmployeeId], turn| next(&[ANN, BO, CY], inactive, turn);
        assert_eq!([1, 2, 3, 4].map(|turn| of(&[], turn)), [BO, CY, ANN, BO].map(Some));
        assert_eq!([1, 2, 3].map(|turn| of(&[BO], turn)), [CY, ANN, CY].map(Some));
        assert_eq!(of(&[ANN, BO, CY], 2), Some(CY), "nobody else is left");
        assert_eq!(next(&[], &[], 1), None);
    }

    #[test]
    fn who_was_chosen_stays_unless_inactive() {
        assert_eq!(kept(Some(CY), &[ANN]), Some(CY));
        assert_eq!((kept(Some(CY), &[CY]), kept(None, &[])), (None, None));
    }
}
