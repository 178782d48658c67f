"""A module or a course as a Common Cartridge: out as 1.3, in from 1.1, 1.2 and 1.3, with a report of what is lost.

Source: IMS Common Cartridge Profile 1.3.0 (1EdTech), and the QTI 1.2.1 profile in it.
"""
