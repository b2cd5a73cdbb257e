//! The schedule as data: a table of steps for each pass of each unit, for people to read.

use proc_macro2::TokenStream;
use quote::quote;

use super::places::Places;
use super::{Emission, size};
use crate::plan::{self, Layout, Slot};
use crate::schedule::{Home, Id, Schedule, Unit, choice, label};

/// One entry a unit.
pub(super) fn tables(emission: &Emission<'_>) -> TokenStream {
    let units = emission.program.units.iter().map(|unit| {
        let name =
            if unit.name.is_empty() { emission.alias().to_string() } else { unit.name.replace("__", ".") };
        let (train, infer) = (steps(emission, unit, &unit.train), steps(emission, unit, &unit.infer));
        quote! { q::UnitSchedule { name: #name, training: &[#train], inference: &[#infer] }, }
    });
    quote!(#(#units)*)
}

fn steps(emission: &Emission<'_>, unit: &Unit, schedule: &Schedule) -> TokenStream {
    let layout = plan::layout(schedule, unit);
    let places = Places::new(unit, schedule, &layout);
    let before = std::iter::once(None).chain(schedule.steps.iter().map(Some));
    let steps = before.zip(&schedule.steps).map(|(before, step)| {
        let (phase, what) = (size(step.phase as u64), label(emission.program, unit, step));
        let condition = step.only_for_input.then(|| quote!(.only_for_input()));
        let joined = before.filter(|before| places.joins(before, step));
        let joined = joined.map(|before| format!("with {}", label(emission.program, unit, before)));
        let choice = joined.or(choice(unit, step).map(str::to_owned)).map(|choice| quote!(.by(#choice)));
        let list = |ids: &[Id]| {
            let tensors = ids.iter().map(|&id| tensor(schedule, &layout, id));
            quote!(&[#(#tensors),*])
        };
        let (reads, writes) = (list(&step.reads), list(&step.writes));
        quote!(q::Step::new(#phase, #what, #reads, #writes) #condition #choice,)
    });
    quote!(#(#steps)*)
}

fn tensor(schedule: &Schedule, layout: &Layout, id: Id) -> TokenStream {
    let tensor = &schedule.tensors[id];
    let network = schedule.losses.is_some();
    let at = match layout.slots[id] {
        Slot::Outside(Home::X) if network => "data".to_owned(),
        Slot::Outside(Home::Dx) if network => "caller".to_owned(),
        Slot::Outside(home) => format!("{home:?}").to_lowercase(),
        Slot::Tape(offset) => format!("tape+{offset}"),
        Slot::Scratch(offset) if network => offset.to_string(),
        Slot::Scratch(offset) => format!("scratch+{offset}"),
        Slot::Local { base, offset, .. } => format!("chunk {base}+{offset}"),
    };
    let (name, width) = (&tensor.name, size(tensor.width));
    quote!(q::Tensor::new(#name, #width, #at))
}
