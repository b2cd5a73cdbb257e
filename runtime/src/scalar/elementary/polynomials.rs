//! The polynomials of the elementary functions, lowest power first; made by `polynomials.py`.

pub(super) mod single {
    /// (exp r - 1 - r) / r^2 for |r| <= ln(2)/2, by the error of exp r; the largest error is 3.1e-9.
    pub(in super::super) const EXP: [f32; 5] = [0.5, 0.166665188, 0.041666206, 0.00836889, 0.001395049];

    /// (ln(1 + f) - f + f^2/2) / f^3 for 1 + f from 1/sqrt 2 to sqrt 2, by the relative error of ln; the largest error is 5.8e-9.
    pub(in super::super) const LN: [f32; 8] = [
        0.3333333,
        -0.2500082,
        0.20001227,
        -0.16623357,
        0.14201758,
        -0.131601815,
        0.127615786,
        -0.0763450078,
    ];
}
pub(super) mod double {
    /// (exp r - 1 - r) / r^2 for |r| <= ln(2)/2, by the error of exp r; the largest error is 5.4e-20.
    pub(in super::super) const EXP: [f64; 11] = [
        0.5,
        0.16666666666666685,
        0.04166666666666673,
        0.008333333333316737,
        0.0013888888888858551,
        0.00019841269897060492,
        2.4801587373540514e-05,
        2.7557234235401267e-06,
        2.7557233522194754e-07,
        2.511224028315755e-08,
        2.092689532482986e-09,
    ];

    /// (ln(1 + f) - f + f^2/2) / f^3 for 1 + f from 1/sqrt 2 to sqrt 2, by the relative error of ln; the largest error is 9.1e-18.
    pub(in super::super) const LN: [f64; 19] = [
        0.3333333333333314,
        -0.24999999999987976,
        0.20000000000066606,
        -0.16666666669825847,
        0.142857142800937,
        -0.12499999691446459,
        0.1111111114743546,
        -0.10000015206100225,
        0.09090923932807861,
        -0.08332913544631564,
        0.07691529802237805,
        -0.07149439452068876,
        0.06684589293245088,
        -0.061966790095277675,
        0.05668376718695662,
        -0.05677780581388735,
        0.06503492029346819,
        -0.05981713495734076,
        0.026151019086121184,
    ];
}
/// erf(x)/x - 1 in x^2 for |x| <= 0.95, by the relative error of erf; the largest error is 2.2e-8.
pub(in super::super) const ERF_NEAR: [f32; 6] =
    [0.12837914, -0.37612446, 0.112813207, -0.026748864, 0.004967507, -0.00058620824];

/// -ln(1 - erf x)/x - 1 for x from 0.93 to 4, by the error of erf; the largest error is 6.3e-10.
pub(in super::super) const ERF_FAR: [f32; 7] =
    [0.128657781, 0.63511326, 0.106300355, -0.02381718, 0.003668717, -0.00032930737, 1.188526e-5];
